/**
 * The `register` step: make the model of this run a version in the registry. It talks to the
 * tracking store, so it runs in the command process; the code that does it is `app/register.ts`,
 * and this file declares the step and draws its card.
 */
import type { CardContent } from '../cards/blocks.ts';
import type { Json } from '../schema/json.ts';
import { defineStep, type StepDefinition } from './define.ts';
import type { Verdict } from './evaluate/params.ts';

export const register: StepDefinition = defineStep({
  name: 'register',
  summary: 'Register the model when it meets the validation criteria.',
  inputs: {
    model: { step: 'train', output: 'model' },
    model_validation_status: { step: 'evaluate', output: 'model_validation_status' },
  },
  outputs: { registration: 'registration.json' },
  load: () => {
    throw new Error('the register step runs in the command process');
  },
});

/** Written beside `registration.json` when a version was made; kept apart because it holds ids of the registry. */
export const REGISTERED_MODEL_VERSION = 'registered_model_version.json';

/** What the `register` step reads: the only step whose key knows where results are recorded. */
export interface RegisterParams {
  readonly model_name: string;
  /** Without credentials. */
  readonly tracking_uri: string;
  readonly registry_uri: string;
  readonly experiment: string;
  readonly allow_non_validated_model: boolean;
  readonly [extra: string]: Json;
}

export interface Registration {
  readonly registered: boolean;
  readonly verdict: Verdict;
  readonly modelName: string;
  readonly version?: string;
  readonly runId: string;
  readonly source?: string;
  /** Where the files of the model are; an absolute path in an embedded store. */
  readonly artifactUri?: string;
  /** Why nothing was registered. */
  readonly reason?: string;
}

export function registerCard(registration: Registration, params: RegisterParams): CardContent {
  const { registered, verdict, modelName, version, runId, source, reason } = registration;
  const rows = [
    { fact: 'Model', value: modelName },
    { fact: 'Version', value: version ?? { missing: reason ?? 'not registered' } },
    { fact: 'Validation status', value: verdict },
    { fact: 'Run', value: runId },
    { fact: 'Source', value: source ?? { missing: 'not registered' } },
    { fact: 'Registry', value: params.registry_uri },
  ];
  return {
    status: registered || verdict !== 'REJECTED' ? 'done' : 'rejected',
    headline: registered ? `Registered as ${modelName} version ${version}` : 'Not registered',
    sentence: registered
      ? `${verdict === 'VALIDATED' ? 'The model met its criteria' : `The verdict is ${verdict}, which the recipe allows`}; it is version ${version} of ${modelName}.`
      : `Nothing was registered: ${reason ?? 'no reason given'}.`,
    keyNumbers: [
      { label: 'Version', value: version ?? { missing: 'not registered' } },
      { label: 'Verdict', value: verdict, tone: verdict === 'VALIDATED' ? 'good' : verdict === 'REJECTED' ? 'bad' : 'close' },
    ],
    sections: [
      {
        id: 'registration',
        title: 'Registration',
        blocks: [
          {
            kind: 'table',
            columns: [
              { key: 'fact', label: 'What' },
              { key: 'value', label: 'Value' },
            ],
            rows,
          },
        ],
      },
    ],
  };
}
