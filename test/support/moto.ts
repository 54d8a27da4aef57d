/** An S3 server that is not ours: moto, by `MOTO_PYTHON`, a Python that has `moto[server]`. Ends with the test. */
import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

export async function startMoto(): Promise<string> {
  const python = process.env['MOTO_PYTHON'];
  if (python === undefined) throw new Error('set MOTO_PYTHON to a Python that has `moto[server]`: python -m pip install "moto[server]"');
  const port = await freePort();
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', `${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void server.kill());
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const listen = (part: Buffer): void => {
      said += part.toString();
      if (said.includes('Running on')) resolve();
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', listen);
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`moto ended with ${code}:\n${said}`)));
  });
  return `http://127.0.0.1:${port}`;
}
