/** Numbers of single precision as text and back, bit for bit: base64 of their bytes, least significant first. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function float32ToText(values: Float32Array): string {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value, true);
  });
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const letter = (shift: number) => LETTERS[(bits >> shift) & 63] as string;
    parts.push(letter(18) + letter(12) + (left > 1 ? letter(6) : '=') + (left > 2 ? letter(0) : '='));
  }
  return parts.join('');
}

const CODES = new Int8Array(128).fill(-1);
for (let code = 0; code < 64; code++) CODES[LETTERS.charCodeAt(code)] = code;

/** Throws a `TypeError` when the text is not base64 of whole numbers, or of another count than `count`. */
export function textToFloat32(text: string, count: number): Float32Array {
  const bytes = new Uint8Array(count * 4);
  if (text.length !== Math.ceil(bytes.length / 3) * 4) throw new TypeError(`the weights hold another count of numbers than ${count}`);
  for (let at = 0, to = 0; at < text.length; at += 4) {
    let bits = 0;
    for (let i = 0; i < 4; i++) {
      const letter = text.charCodeAt(at + i);
      const code = letter === 61 ? 0 : (CODES[letter] ?? -1);
      if (code < 0) throw new TypeError('the weights are not base64');
      bits = (bits << 6) | code;
    }
    for (const shift of [16, 8, 0]) if (to < bytes.length) bytes[to++] = (bits >> shift) & 255;
  }
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: count }, (_, index) => view.getFloat32(index * 4, true));
}
