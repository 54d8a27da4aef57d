/** File names that every system takes: an entry made here may be restored on another one. */
const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const WINDOWS_CHARACTERS = /[<>:"/\\|?*\u0000-\u001f]/;

/** No device name, no `:` (which would be a stream), no dot or space at the end. */
export function isPortableName(name: string): boolean {
  return name !== '' && !/[. ]$/.test(name) && !WINDOWS_RESERVED.test(name) && !WINDOWS_CHARACTERS.test(name);
}
