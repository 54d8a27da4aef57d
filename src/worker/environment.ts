/**
 * What code of a step can see of the process around it: the environment that the task declares
 * and the root as current folder. Set anew for each step, because steps share the process.
 */
export interface Surroundings {
  enter(env: Readonly<Record<string, string>>, root: string): void;
}

/** `base` is what the worker itself was started with. */
export function surroundings(target: NodeJS.Process): Surroundings {
  const base = { ...target.env };
  return {
    enter(env, root) {
      const wanted = { ...base, ...env };
      for (const name of Object.keys(target.env)) if (!Object.hasOwn(wanted, name)) delete target.env[name];
      for (const [name, value] of Object.entries(wanted)) if (target.env[name] !== value) target.env[name] = value;
      if (target.cwd() !== root) target.chdir(root);
    },
  };
}
