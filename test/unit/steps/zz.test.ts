import { test } from 'vitest';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { readFileSync, mkdirSync } from 'node:fs';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import { runIngest } from '../../../src/steps/ingest/run.ts';
import { runSplit } from '../../../src/steps/split/run.ts';
import { runTransform } from '../../../src/steps/transform/run.ts';
import { stepContext, dataInputs } from '../../support/step-context.ts';
test('x', async () => {
  mkdirSync('/tmp/dw/big', { recursive: true });
  const gen = await openDuckDb({ threads: 2 });
  await gen.execute(`COPY (SELECT i, (i*7919%1000003)/7.0 f, 'line'||chr(10)||(i%977) s, CASE WHEN i%5=0 THEN NULL ELSE 'q"'||(i%13) END q, DATE '2000-01-01' + (i%9000)::INTEGER d, i*1.5 y FROM range(400000) t(i)) TO '/tmp/dw/big/a.csv' (HEADER)`);
  await gen.execute(`COPY (SELECT (i*3)*1.5 y, i, 'b' s FROM range(400000) t(i)) TO '/tmp/dw/big/b.csv' (HEADER)`);
  await gen.execute(`COPY (SELECT i, (i*7919%1000003)/7.0 f, 'x'||(i%977) s, i*1.5 y FROM range(400000) t(i)) TO '/tmp/dw/big/a.ndjson' (FORMAT json)`);
  await gen.close();
  const h = (p: string) => createHash('sha256').update(readFileSync(p)).digest('hex').slice(0,6);
  class T { fit(){} transform(t:any){ const s=(t.column('f').data as Float64Array); return {f2: s.map(x=>x*2), i: t.column('i').data}; } toJSON(){return {};} restore(){} }
  for (const [files, format] of [[['a.csv'],'csv'],[['a.csv','b.csv'],'csv'],[['a.ndjson'],'json']] as const) { const results: string[] = []; for (const threads of [1,2,3,4,8,2,4]) {
    const engine = await openDuckDb({ threads });
    const t0 = performance.now();
    const common = { target: 'y', task: 'regression', roles: {} };
    const c1 = stepContext({ engine, inputs: dataInputs(...files.map(f=>'/tmp/dw/big/'+f)), params: { format, csv: { bad_lines: 'error' }, ...common } });
    const r1 = await runIngest(c1); const t1 = performance.now();
    const c2 = stepContext({ engine, inputs: { ingested_data: join(c1.folder, 'dataset.parquet') }, params: { ratios: [0.75,0.125,0.125], seed: 42, ...common } });
    await runSplit(c2); const t2 = performance.now();
    const c3 = stepContext({ engine, inputs: { training_data: join(c2.folder,'train.parquet'), validation_data: join(c2.folder,'validation.parquet') }, params: { using: 'auto', impute: 'median', encode: 'ordinal', ...common } });
    const r3 = await runTransform(c3); const t3 = performance.now();
    let extra = '';
    if (files.length === 1 && format === 'csv') {
      const c4 = stepContext({ engine, inputs: { ingested_data: join(c1.folder, 'dataset.parquet') }, params: { ratios: [0.75,0.125,0.125], seed: 42, ...common, filter: {file:'s',name:'f'} }, userFunctions: { 's#f': ((t: any) => Array.from(t.column('i').data, (x: number) => x % 3 > 0)) as never } });
      await runSplit(c4);
      const bad = await engine.query(`select count(*) n from read_parquet('${c4.folder}/train.parquet') where i%3=0 or y<>i*1.5`);
      const c5 = stepContext({ engine, inputs: { training_data: join(c4.folder,'train.parquet'), validation_data: join(c4.folder,'validation.parquet') }, params: { using: 'custom', method: {file:'s',name:'t'}, impute: 'median', encode: 'ordinal', ...common }, userFunctions: { 's#t': (() => new T()) as never } });
      await runTransform(c5);
      const bad2 = await engine.query(`select count(*) n from read_parquet('${c5.folder}/transformed_training_data.parquet') where y<>i*1.5`);
      extra = h(c4.folder+'/train.parquet')+h(c5.folder+'/transformed_training_data.parquet') + ' bad ' + bad[0]!['n'] + bad2[0]!['n'];
      await c4.dispose(); await c5.dispose();
    }
    console.log(threads, format, [t1-t0,t2-t1,t3-t2].map(x=>x.toFixed(0)).join('/'), h(c1.folder+'/dataset.parquet'), h(c2.folder+'/train.parquet'), h(c2.folder+'/test.parquet'), h(c3.folder+'/transformed_training_data.parquet'), h(c3.folder+'/transformer.json'), createHash('sha256').update(JSON.stringify([r1])).digest('hex').slice(0,6), createHash('sha256').update(JSON.stringify([r3])).digest('hex').slice(0,6), extra);
    results.push(JSON.stringify(r1));
    if (results[0] !== results.at(-1)) { const a=results[0]!, b=results.at(-1)!; let k=0; while(a[k]===b[k])k++; console.log('9 diff', a.slice(k-80,k+30), '|||', b.slice(k-10,k+30)); }
    await engine.close(); await c1.dispose(); await c2.dispose(); await c3.dispose();
  } }
}, 200000);
