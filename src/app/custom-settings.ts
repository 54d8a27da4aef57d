/** What a step of the user's own reads, for `step-settings.ts`. */
import type { CustomParams } from '../steps/custom/params.ts';
import { rolesOf, sensitiveOf } from './column-settings.ts';
import { inputFiles } from './input-files.ts';
import type { Project } from './project.ts';
import type { StepSettings } from './step-reads.ts';

/** What a function of each kind gets first. */
const DATA = { rows: 'rows', parts: 'parts', side: 'needs' } as const;

export function customSettings(project: Project, name: string): StepSettings {
  const { recipe } = project.loaded;
  const section = recipe.custom_steps[name];
  const step = project.customSteps.get(name);
  if (section === undefined || step === undefined) throw new Error(`no settings for the step ${name}`);
  const file = `steps/${name}.ts`;
  const found = inputFiles(project.paths.root, section.inputs);
  const params: CustomParams = {
    step: name,
    method: { file, name: section.method },
    kind: step.kind,
    needs: Object.fromEntries(Object.entries(step.reads).map(([role, { output }]) => [role, output])),
    outputs: step.extra,
    params: section.params,
    files: found.map(({ label }) => label),
    env: section.env,
    ...sensitiveOf(recipe),
    ...(step.kind === 'rows' && {
      dataset: {
        target: recipe.target_col,
        task: project.template.task,
        ...(recipe.positive_class !== undefined && { positive_class: recipe.positive_class }),
        roles: rolesOf(recipe),
        ...sensitiveOf(recipe),
      },
    }),
  };
  return {
    params,
    files: found.map(({ path, label }, index) => ({ kind: 'file', role: `file:${String(index).padStart(4, '0')}`, path, label })),
    functions: [{ file, method: section.method, gets: [DATA[step.kind], 'context'], at: ['steps', name, 'method'], inKey: true }],
    seed: 0,
    usesDuckDb: true,
    env: Object.fromEntries(
      section.env.flatMap((variable) => {
        const value = project.env[variable];
        return value === undefined ? [] : [[variable, value] as const];
      }),
    ),
  };
}
