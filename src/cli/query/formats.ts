/** How an answer can be written. */
export const ROW_FORMATS = ['csv', 'json', 'ndjson'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];
export type SqlFormat = 'table' | 'markdown' | RowFormat;
export const SQL_FORMATS: readonly SqlFormat[] = ['table', 'markdown', ...ROW_FORMATS];
