import { describe, expect, it } from 'vitest';
import { maskPlaceholders } from '../../../src/recipe/placeholder-scan.ts';

function scanned(text: string): readonly unknown[] {
  return [...maskPlaceholders(text).placeholders.values()].map((found) =>
    found.content.ok ? [found.text, found.content.name, found.content.fallback?.text] : [found.text, found.content.problem],
  );
}

describe('maskPlaceholders', () => {
  it.each([
    ['{{NAME}}', 'NAME', undefined],
    ['{{ NAME }}', 'NAME', undefined],
    ['{{a.b-c.d}}', 'a.b-c.d', undefined],
    ['{{X|default(10)}}', 'X', '10'],
    ['{{ X | default([1, [2]]) }}', 'X', '[1, [2]]'],
    ['{{X|default({"a": {"b": 1}})}}', 'X', '{"a": {"b": 1}}'],
    ['{{X|default("}}")}}', 'X', '"}}"'],
    ['{{X|default("\\"}}")}}', 'X', '"\\"}}"'],
    ["{{X|default('a)b')}}", 'X', "'a)b'"],
    ['{{X|default()}}', 'X', ''],
    // A line separator is no line end in YAML.
    ['{{X|default("\u2028")}}', 'X', '"\u2028"'],
    ['{{ "conf/a.json" | from_json }}', 'conf/a.json', undefined],
    ["{{'a.json'|from_json}}", 'a.json', undefined],
    ['{{ FILE | from_json }}', 'FILE', undefined],
    ['{{FILE|default("a.json")|from_json}}', 'FILE', '"a.json"'],
  ])('reads %s', (text, name, fallback) => {
    expect(scanned(text)).toEqual([[text, name, fallback]]);
  });

  it.each([
    ['{{#if x}}', '`{{#if x}}` is not a placeholder: logic is not supported in recipe files'],
    ['{% for x in y %}', '`{% for x in y %}` is not a placeholder: logic is not supported in recipe files'],
    ['{{ 1 + 1 }}', '`{{ 1 + 1 }}` is not a placeholder'],
    ['{{ "a.json" | to_json }}', '`{{ "a.json" | to_json }}` is not a placeholder'],
    ['{{X', 'a placeholder is not closed on its line'],
    ['{{X|default([1}}', 'the brackets of `{{X|default([1}}` do not match'],
    ['{{}}', '`{{}}` is not a placeholder'],
  ])('refuses %s', (text, problem) => {
    expect(scanned(text)).toEqual([[text, problem]]);
  });

  it('keeps every offset and tells neighbours apart', () => {
    const text = 'a: {{A}}{{B}}\nb: {{A}} # {{C\r\nc: 1';
    const { text: masked, placeholders } = maskPlaceholders(text);
    expect(masked.length).toBe(text.length);
    expect(masked).toBe(
      'a: \ue000\ue000\ue000\ue000\ue000\ue001\ue001\ue001\ue001\ue001\nb: \ue002\ue002\ue002\ue002\ue002 # \ue003\ue003\ue003\r\nc: 1',
    );
    for (const { start, end, text: written } of placeholders.values()) expect(text.slice(start, end)).toBe(written);
  });

  it('gives the place of a default', () => {
    const text = 'seed: {{ SEED | default( 7 ) }}';
    const [only] = maskPlaceholders(text).placeholders.values();
    const fallback = only?.content.ok === true ? only.content.fallback : undefined;
    expect(text.slice(fallback?.start, (fallback?.start ?? 0) + (fallback?.text.length ?? 0))).toBe(' 7 ');
  });

  it('leaves private-use characters of the file alone', () => {
    const { text, placeholders } = maskPlaceholders('icon: \ue000\nx: {{X}}');
    expect([...placeholders.keys()]).toEqual(['\ue001']);
    expect(text).toContain('icon: \ue000\n');
  });

  it('says when there are too many to tell apart', () => {
    expect(maskPlaceholders('{{X}} '.repeat(6400)).overflow).toBeUndefined();
    expect(maskPlaceholders('{{X}} '.repeat(6401)).overflow).toMatchObject({ start: 38_400, text: '{{X}}' });
  });
});
