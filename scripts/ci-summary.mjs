// Adds up the reports that the test runs left in a folder and prints the closing line.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

let [passed, failed, skipped] = [0, 0, 0];
for (const name of readdirSync(process.argv[2]).sort()) {
  const file = join(process.argv[2], name);
  if (!name.endsWith('.json') || !statSync(file).isFile()) continue;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const here = [report.numPassedTests, report.numFailedTests, report.numPendingTests + (report.numTodoTests ?? 0)];
  process.stdout.write(`${name.replace('.json', '').padEnd(10)} ${here[0]} passed, ${here[1]} failed, ${here[2]} skipped\n`);
  passed += here[0];
  failed += here[1];
  skipped += here[2];
}
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
if (failed > 0 || passed === 0) process.exitCode = 1;
