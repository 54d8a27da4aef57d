/** `recipe run --step train --inspect-brk`: a debugger stops in the user's function, and the map leads to the TypeScript source. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installOptional, type OptionalPackages } from '../support/optional-package.ts';
import { bareEnvironment, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly url?: string;
    readonly sourceMapURL?: string;
    readonly reason?: string;
    readonly callFrames?: readonly { readonly url: string; readonly functionName: string }[];
  };
}
interface Socket {
  on(event: 'message', listener: (data: { toString(): string }) => void): void;
  on(event: 'open', listener: () => void): void;
  send(text: string): void;
  close(): void;
}

// Node 20 has no WebSocket of its own; the browser driver brings one.
let optional: OptionalPackages;
let WebSocket: new (url: string) => Socket;
beforeAll(async () => {
  optional = await installOptional('playwright');
  WebSocket = (optional.require('playwright-core/lib/utilsBundle') as { ws: typeof WebSocket }).ws;
});
afterAll(() => optional?.remove());

test('stops at a `debugger` statement of steps/train.ts', async () => {
  const rig = new RecipeRig(regressionProject());
  try {
    rig.edit('steps/train.ts', '  return gradientBoosting', '  debugger;\n  return gradientBoosting');
    const child = spawn(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'run', '--step', 'train', '--inspect-brk'], {
      cwd: rig.root,
      env: bareEnvironment(),
    });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /ws:\/\/\S+/.exec(said);
        if (found !== null) resolve(found[0]);
      });
      child.on('close', () => reject(new Error(`the command ended:\n${said}`)));
    });
    const socket = new WebSocket(address);
    const paused: string[] = [];
    const sources: string[] = [];
    let id = 0;
    const send = (method: string): void => socket.send(JSON.stringify({ id: ++id, method, params: {} }));
    socket.on('message', (data) => {
      const { method, params } = JSON.parse(data.toString()) as Message;
      if (method === 'Debugger.scriptParsed' && params?.url?.includes('/.recipe/build/') === true) {
        const map = JSON.parse(Buffer.from((params.sourceMapURL ?? '').split(',')[1] ?? '', 'base64').toString()) as { sources: string[] };
        sources.push(...map.sources);
      }
      if (method === 'Debugger.paused') {
        const [frame] = params?.callFrames ?? [];
        if (params?.reason !== 'Break on start') paused.push(frame?.functionName ?? '');
        send('Debugger.resume');
      }
    });
    await new Promise<void>((resolve) => socket.on('open', resolve));
    send('Debugger.enable');
    send('Runtime.runIfWaitingForDebugger');
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect(exitCode, said).toBe(0);
    expect(paused).toEqual(['estimator_fn']);
    expect(sources).toContain(pathToFileURL(join(rig.root, 'steps/train.ts')).href);
  } finally {
    rig.remove();
  }
});

/** What an editor does with the launch configuration of a new project, up to the debugger itself. */
test('the launch configuration of a new project opens the inspector where it says, for a step that is fresh too', async () => {
  const rig = new RecipeRig();
  try {
    expect((await rig.run(['init', '.'])).exitCode).toBe(0);
    mkdirSync(join(rig.root, 'node_modules'));
    symlinkSync(REPOSITORY, join(rig.root, 'node_modules/mlrecipe'), 'junction');
    expect((await rig.run(['run', '--step', 'train'])).exitCode).toBe(0);
    const { configurations, inputs } = JSON.parse(
      rig.read('.vscode/launch.json').replaceAll(`\${workspaceFolder}`, rig.root.replaceAll('\\', '/')),
    ) as {
      configurations: [{ program: string; args: string[]; attachSimplePort: number; outFiles: [string] }];
      inputs: [{ id: string; default: string }];
    };
    const [{ program, args, attachSimplePort, outFiles }] = configurations;
    const words = args.map((word) => word.replace(`\${input:${inputs[0].id}}`, inputs[0].default));
    const child = spawn(process.execPath, [program, ...words], { cwd: rig.root, env: bareEnvironment() });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /ws:\/\/\S+/.exec(said);
        if (found !== null) resolve(found[0]);
      });
      child.on('close', () => reject(new Error(`the command ended:\n${said}`)));
    });
    const closed = once(child, 'close');
    expect(new URL(address).port).toBe(String(attachSimplePort));
    const socket = new WebSocket(address);
    const urls: string[] = [];
    socket.on('message', (data) => {
      const { method, params } = JSON.parse(data.toString()) as Message;
      if (method === 'Debugger.scriptParsed') urls.push(params?.url ?? '');
      if (method === 'Debugger.paused') socket.send(JSON.stringify({ id: 3, method: 'Debugger.resume', params: {} }));
    });
    await new Promise<void>((resolve) => socket.on('open', resolve));
    socket.send(JSON.stringify({ id: 1, method: 'Debugger.enable', params: {} }));
    socket.send(JSON.stringify({ id: 2, method: 'Runtime.runIfWaitingForDebugger', params: {} }));
    expect(await closed, said).toEqual([0, null]);
    // Where the editor looks for the sources of breakpoints.
    const built = pathToFileURL(outFiles[0].replace('/**', '/')).href;
    expect(urls.filter((url) => url.startsWith(built))).toHaveLength(1);
  } finally {
    rig.remove();
  }
});
