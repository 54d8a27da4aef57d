/** Small files beside the store, which a reader sees whole or not at all. */
import { writeAtomically } from '../store/atomic-file.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';

/** Losing it with the power costs time and nothing else. */
export function writeWhole(path: string, text: string): void {
  writeAtomically(nodeFileSystem, path, Buffer.from(text, 'utf8'), { draft: `${path}.${process.pid}.tmp`, durable: false });
}
