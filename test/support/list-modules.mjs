// Preloaded into a command: leaves the address of every module that it loads, one a line, in the file that
// MLRECIPE_MODULES names.
import { appendFileSync } from 'node:fs';
import Module, { register } from 'node:module';

const file = process.env.MLRECIPE_MODULES;

// A hook of the module loader runs on a thread of its own and gets the name of the file as data.
const source = `
import { appendFileSync } from 'node:fs';
let file;
export function initialize(data) { file = data; }
export async function load(url, context, next) {
  appendFileSync(file, url + '\\n');
  return next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(source)}`, { data: file });

const load = Module._load;
Module._load = (request, parent, isMain) => {
  const path = Module._resolveFilename(request, parent, isMain);
  appendFileSync(file, `${path}\n`);
  return load.call(Module, request, parent, isMain);
};
