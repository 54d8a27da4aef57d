import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../src/engine/graph.ts';
import { fakeTask, named } from '../../support/fake-task.ts';

const ingest = fakeTask({ name: 'ingest', reads: ['data/a.csv'] });
const split = fakeTask({ name: 'split', reads: ['ingest out.txt'], outputs: ['train.txt', 'test.txt'] });
const train = fakeTask({ name: 'train', reads: ['split train.txt'] });
const audit = fakeTask({ name: 'audit', reads: ['ingest out.txt'] });
const evaluate = fakeTask({ name: 'evaluate', reads: ['train out.txt', 'split test.txt', 'split train.txt'] });

describe('buildGraph', () => {
  test('orders by what is read, ties by name, whatever order the tasks come in', () => {
    const expected = ['ingest', 'audit', 'split', 'train', 'evaluate'];
    expect(buildGraph([ingest, split, train, audit, evaluate]).order.map((task) => task.name)).toEqual(expected);
    expect(buildGraph([evaluate, audit, train, split, ingest]).order.map((task) => task.name)).toEqual(expected);
  });

  test('names each upstream task once', () => {
    expect(buildGraph([ingest, split, train, audit, evaluate]).upstream(named('evaluate'))).toEqual(['split', 'train']);
  });

  test('selects a target and what it needs', () => {
    expect(buildGraph([ingest, split, train, audit, evaluate], named('train')).order.map((task) => task.name)).toEqual([
      'ingest',
      'split',
      'train',
    ]);
  });

  test('a chain of ten thousand does not exhaust the stack', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => fakeTask({ name: `t${i}`, reads: i === 0 ? [] : [`t${i - 1} out.txt`] }));
    expect(buildGraph(chain).order.at(-1)?.name).toBe('t9999');
  });

  test('refuses tasks that wait for each other', () => {
    const a = fakeTask({ name: 'a', reads: ['b out.txt', 'ingest out.txt'] });
    const b = fakeTask({ name: 'b', reads: ['a out.txt'] });
    const c = fakeTask({ name: 'c', reads: ['b out.txt'] });
    expect(() => buildGraph([ingest, a, b, c])).toThrow('tasks wait for each other: a, b');
  });

  test('refuses names that do not fit together', () => {
    expect(() => buildGraph([ingest, ingest])).toThrow('two tasks are named ingest');
    expect(() => buildGraph([split])).toThrow('split reads from ingest, which does not exist');
    expect(() => buildGraph([ingest, fakeTask({ name: 'x', reads: ['ingest rows'] })])).toThrow('x reads rows, which ingest does not make');
    expect(() => buildGraph([ingest], named('train'))).toThrow('there is no task train');
  });
});
