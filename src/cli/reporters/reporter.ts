/** Who shows a run. A reporter gets every event in order and holds no truth of its own. */
import type { RecordedEvent } from '../../app/events.ts';

export interface Reporter {
  handle(event: RecordedEvent): void;
  /** Resolves when everything is drawn. */
  close(): Promise<void>;
}
