import { describe, expect, it } from 'vitest';
import {
  acceptableKey,
  cut,
  requireAlias,
  requireExperimentName,
  requireKey,
  requireLength,
  requireModelName,
} from '../../../src/tracking/limits.ts';

const refusal = (work: () => void): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('limits', () => {
  it('cuts by characters as Python counts them', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('abc');
    expect(cut('🍎🍎🍎', 3)).toBe('🍎🍎🍎');
    expect(cut('🍎🍎🍎🍎', 3)).toBe('🍎🍎🍎');
  });

  it('measures lengths in characters', () => {
    expect(refusal(() => requireLength('the name', '🍎'.repeat(5), 5))).toBe('accepted');
    expect(refusal(() => requireLength('the name', 'a'.repeat(6), 5))).toBe('the name `aaaaaa…` is longer than 5 characters');
  });

  it('accepts the keys that MLflow accepts', () => {
    for (const key of ['a', 'A_b-c.d e:f/g', 'größe', '日本', 'x²', 'a.b/..c', 'k'.repeat(250), ' a']) {
      expect(
        refusal(() => requireKey('metric', key)),
        key,
      ).toBe('accepted');
    }
  });

  it('explains why a key is refused', () => {
    expect(refusal(() => requireKey('param', ''))).toBe('the key of a param is empty');
    expect(refusal(() => requireKey('tag', 'a%b'))).toBe(
      'the tag key `a%b` has a character that MLflow does not accept; letters, digits, `_`, `-`, `.`, `:`, `/` and spaces are fine',
    );
    expect(refusal(() => requireKey('metric', '../a'))).toBe(
      'the metric key `../a` must not begin or end with `/`, or contain `//`, `./` or `../`',
    );
    expect(refusal(() => requireKey('metric', 'k'.repeat(251)))).toBe(
      `the metric key \`${'k'.repeat(40)}…\` is longer than 250 characters`,
    );
  });

  it('turns any text into a key that is accepted', () => {
    expect(acceptableKey('precision_>50K')).toBe('precision__50K');
    expect(acceptableKey('/a//b/../c/')).toBe('a/b/__/c');
    expect(acceptableKey('%')).toBe('_');
    expect(acceptableKey('')).toBe('_');
    expect(acceptableKey('good/key 1')).toBe('good/key 1');
    for (const text of ['', '/', '..', 'a\nb', '🍎', `${'a'.repeat(249)}/b`, '\0', 'a/./b', '👩‍👩‍👧'.repeat(100)]) {
      expect(
        refusal(() => requireKey('metric', acceptableKey(text))),
        JSON.stringify(text),
      ).toBe('accepted');
    }
  });

  it('explains why names are refused', () => {
    expect(refusal(() => requireAlias('latest'))).toBe('the alias `latest` is reserved');
    expect(refusal(() => requireAlias('v12'))).toBe('the alias `v12` could be mistaken for a version number');
    expect(refusal(() => requireAlias('v12a'))).toBe('accepted');
    expect(refusal(() => requireAlias('a.b'))).toBe('the alias `a.b` must consist of letters, digits, `_` and `-`');
    expect(refusal(() => requireModelName('a/b'))).toBe('the model name `a/b` must not contain `/` or `:`');
    expect(refusal(() => requireModelName('  '))).toBe('the name of a registered model must not be empty');
    expect(refusal(() => requireExperimentName('e'.repeat(501)))).toBe(
      `the experiment name \`${'e'.repeat(40)}…\` is longer than 500 characters`,
    );
    expect(refusal(() => requireExperimentName('e'.repeat(500)))).toBe('accepted');
  });
});
