/** The messages between a command and the process that answers its queries. Rows move a chunk at a time, when asked for. */
import type { DescribedView, QueryColumn, QueryFault, QueryRows, QueryView } from '../schema/query.ts';

export type ToQuery =
  | {
      readonly type: 'open';
      readonly views: readonly QueryView[];
      readonly temporaryFolder: string;
      readonly memoryLimit?: string;
    }
  | { readonly type: 'query'; readonly sql: string }
  | { readonly type: 'next' }
  | { readonly type: 'describe' };

/** One for each message, in order. */
export type FromQuery =
  | { readonly type: 'opened' }
  | { readonly type: 'columns'; readonly columns: readonly QueryColumn[] }
  /** Absent at the end. */
  | { readonly type: 'rows'; readonly rows?: QueryRows }
  | { readonly type: 'described'; readonly views: readonly DescribedView[] }
  | { readonly type: 'mistake'; readonly fault: QueryFault }
  /** Not the user's. */
  | { readonly type: 'broken'; readonly stack: string };
