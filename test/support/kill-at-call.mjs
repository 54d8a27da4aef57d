// Preloaded into the real command and, by the flags that it hands on, into its workers. Kills the whole process group
// at a point that the query of its own address names: `?kind=rename&number=17&side=after`. With `?log=FILE` instead it
// leaves a line there for each point that it passes. Kinds of points:
//   call    the command changes the disk; before a write, half of the file is on it
//   rename  the command gives a complete file its name
//   sql     the tracking database commits, within the command
//   copy    DuckDB writes a table, within a worker
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const CALLS = ['writeFileSync', 'copyFileSync', 'renameSync', 'linkSync', 'mkdirSync', 'rmSync', 'chmodSync', 'utimesSync', 'fsyncSync'];
const RENAMES = ['renameSync', 'linkSync'];

const query = new URL(import.meta.url).searchParams;
const target = { kind: query.get('kind'), number: Number(query.get('number')), isAfter: query.get('side') === 'after' };
const { openSync, writeFileSync, writeSync } = fs;
const log = query.has('log') ? openSync(query.get('log'), 'a') : undefined;
const require = createRequire(import.meta.url);
const passed = {};

function die() {
  process.kill(0, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

/** Whether this is the point, before the work. What is returned is called after it. */
function reach(kind, tear = () => {}) {
  passed[kind] = (passed[kind] ?? 0) + 1;
  if (log !== undefined) writeSync(log, `${kind}\n`);
  const isTarget = kind === target.kind && passed[kind] === target.number;
  if (isTarget && !target.isAfter) {
    tear();
    die();
  }
  return isTarget ? die : () => {};
}

function around(object, name, kindOf) {
  const real = object[name];
  object[name] = function (...args) {
    const kinds = kindOf(...args);
    const leave = kinds.map((kind) => reach(kind, () => tearFile(name, args)));
    const done = (result) => {
      for (const each of leave) each();
      return result;
    };
    const result = real.apply(this, args);
    return typeof result?.then === 'function' ? result.then(done) : done(result);
  };
}

function tearFile(name, [path, content]) {
  if (name === 'writeFileSync' && content.length > 1) writeFileSync(path, content.slice(0, content.length / 2));
}

if (process.send === undefined) {
  for (const name of CALLS) around(fs, name, () => (RENAMES.includes(name) ? ['call', 'rename'] : ['call']));
  syncBuiltinESMExports();
  hookDatabase(require('libsql').prototype);
} else {
  const { DuckDBConnection } = require('@duckdb/node-api');
  around(DuckDBConnection.prototype, 'run', (sql) => (/^COPY /.test(sql) ? ['copy'] : []));
}

/** A statement outside a transaction is one of its own. */
function hookDatabase(prototype) {
  let isInside = false;
  const { exec, prepare } = prototype;
  prototype.exec = function (sql) {
    const leave = sql === 'COMMIT' ? reach('sql') : () => {};
    isInside = sql.startsWith('BEGIN');
    exec.call(this, sql);
    leave();
  };
  prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    around(statement, 'run', () => (isInside ? [] : ['sql']));
    return statement;
  };
}
