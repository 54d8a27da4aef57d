import { describe, expect, it } from 'vitest';
import { badValues, checkParams, describeParam, type ParamSpecs, paramsToJsonSchema, withDefaults } from '../../../src/schema/param.ts';

const specs = {
  depth: { kind: 'integer', minimum: 1, maximum: 9, default: 3, doc: 'Depth.' },
  rate: { kind: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, doc: 'Rate.' },
  loss: { kind: 'choice', choices: ['a', 'b'], default: 'a', doc: 'Loss.' },
  verbose: { kind: 'boolean', default: false, doc: 'Talk.' },
  label: { kind: 'string', doc: 'Label.' },
  signs: { kind: 'mapping', from: 'feature', to: { kind: 'integer', minimum: -1, maximum: 1, doc: '' }, doc: 'Signs.' },
} as const satisfies ParamSpecs;

describe('parameters declared as data', () => {
  it('accept what they say', () => {
    expect(
      checkParams(specs, { depth: 9, rate: 0.5, loss: 'b', verbose: true, label: '', signs: { a: 1, b: -1 }, absent: undefined }),
    ).toEqual([]);
  });

  it('explain what they refuse', () => {
    expect(
      checkParams(specs, { depth: 0, rate: 1, loss: 'c', verbose: 'yes', label: 7, signs: { a: 1, b: 2 }, dept: 1 }).map(
        ({ message }) => message,
      ),
    ).toEqual([
      '`depth` must be an integer of at least 1 and at most 9; found `0`',
      '`rate` must be a number above 0 and below 1; found `1`',
      '`loss` must be one of `a`, `b`; found `"c"`',
      '`verbose` must be `true` or `false`; found `"yes"`',
      '`label` must be a text; found `7`',
      '`signs` must be a mapping from feature to an integer of at least -1 and at most 1; found `2` for `b`',
      'unknown parameter `dept`',
    ]);
  });

  it('refuse each of their bad values', () => {
    for (const [name, spec] of Object.entries(specs)) {
      for (const bad of badValues(spec)) expect(checkParams(specs, { [name]: bad }), `${name}: ${String(bad)}`).toHaveLength(1);
    }
  });

  it('fill in defaults and leave out what has none', () => {
    expect(withDefaults(specs, { rate: 0.1 })).toEqual({ depth: 3, rate: 0.1, loss: 'a', verbose: false });
  });

  it('give a JSON Schema', () => {
    expect(paramsToJsonSchema(specs)).toMatchObject({
      depth: { type: 'integer', minimum: 1, maximum: 9, default: 3, description: 'Depth.' },
      rate: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
      loss: { type: 'string', enum: ['a', 'b'] },
      verbose: { type: 'boolean', default: false },
      label: { type: 'string' },
      signs: { type: 'object', additionalProperties: { type: 'integer', minimum: -1, maximum: 1 }, description: 'Signs.' },
    });
    expect(describeParam({ kind: 'number', doc: '' })).toBe('a number');
  });
});
