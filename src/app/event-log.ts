/** The events of one run: to the listener as they come, and to `.recipe/logs/` when something ran. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_SCHEMA_VERSION, type RecordedEvent, type RunEvent } from './events.ts';
import type { Project } from './project.ts';

export class EventLog {
  readonly #listener: (event: RecordedEvent) => void;
  readonly #runId: () => string | null;
  readonly #folder: string;
  readonly #file: string;
  #lines: string[] = [];
  #isWritten = false;
  #seq = 0;

  /** `runId` is asked for each event: the tracking run begins after the first ones. */
  constructor(project: Project, listener: (event: RecordedEvent) => void, runId: () => string | null) {
    this.#listener = listener;
    this.#runId = runId;
    this.#folder = project.paths.logs;
    this.#file = join(project.paths.logs, `${new Date().toISOString().replace(/[:.]/g, '-')}.ndjson`);
  }

  emit(event: RunEvent): void {
    const recorded: RecordedEvent = {
      schemaVersion: EVENT_SCHEMA_VERSION,
      seq: this.#seq++,
      time: new Date().toISOString(),
      runId: this.#runId(),
      ...event,
    };
    this.#lines.push(`${JSON.stringify(recorded)}\n`);
    // A run that executes nothing leaves no log.
    if (event.type === 'step-started') this.#isWritten = true;
    if (this.#isWritten) this.#flush();
    this.#listener(recorded);
  }

  #flush(): void {
    mkdirSync(this.#folder, { recursive: true });
    appendFileSync(this.#file, this.#lines.join(''));
    this.#lines = [];
  }
}
