/** The header of a data file, by the reader that the recipe chose. */
import type { DataFiles } from '../data-files.ts';
import type { Format } from '../vocabulary.ts';
import { csvHeader } from './csv-header.ts';
import type { Header, HeaderOptions } from './header.ts';
import { jsonHeader } from './json-header.ts';
import { parquetHeader } from './parquet-header.ts';

/** `undefined` when nothing certain can be said. */
export function readHeader(path: string, format: Format, options: HeaderOptions, files: DataFiles): Header | undefined {
  switch (format) {
    case 'csv':
    case 'tsv':
      return csvHeader(path, { delimiter: format === 'tsv' ? '\t' : ',', ...options }, files);
    case 'json':
    case 'ndjson':
      return jsonHeader(path, files);
    case 'parquet':
      return parquetHeader(path, files);
  }
}
