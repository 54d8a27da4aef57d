/**
 * The one place that loads TensorFlow.js, when a training first needs it. No import of it stands
 * elsewhere, and nothing that scores needs it.
 */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { BackendName, LoadTensors, TensorBackend, TensorLibrary } from '../../ml/neural/tensor-library.ts';

/** What puts all that is needed in place. */
export const TENSORFLOW_INSTALL =
  'npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-cpu @tensorflow/tfjs-backend-wasm';

interface TensorFlow extends TensorLibrary {
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  getBackend(): string;
}

const ORDER = ['tfjs-node', 'wasm', 'cpu'] as const;

/** Packages to import one after the other; the first is the library. The layers bring the derivatives, which the core leaves out. */
const PACKAGES: Readonly<Record<BackendName, readonly string[]>> = {
  'tfjs-node': ['@tensorflow/tfjs-node'],
  wasm: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-wasm'],
  cpu: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'],
};
/** What the library calls them. */
const REGISTERED: Readonly<Record<BackendName, string>> = { 'tfjs-node': 'tensorflow', wasm: 'wasm', cpu: 'cpu' };

/** Throws a `missing-package` diagnostic when none, or not the wanted one, can be loaded. */
export const loadTensorFlow: LoadTensors = async (wanted) => {
  const failures: string[] = [];
  for (const name of wanted === 'auto' ? ORDER : [wanted]) {
    const loaded = await attempt(name).catch((error: unknown) => {
      failures.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
      return undefined;
    });
    if (loaded !== undefined) return loaded;
  }
  throw missing(wanted, failures);
};

async function attempt(name: BackendName): Promise<TensorBackend> {
  const [first] = await inOrder(PACKAGES[name]);
  const library = namespaceOf(first);
  // Without it, a first use prints advice on installing another package.
  library.enableProdMode();
  // Asked for what it cannot start, the library takes another backend without a word.
  const isSet = await library.setBackend(REGISTERED[name]);
  await library.ready();
  if (!isSet || library.getBackend() !== REGISTERED[name]) throw new Error('the backend does not start');
  return { name, library };
}

async function inOrder(packages: readonly string[]): Promise<readonly unknown[]> {
  const modules: unknown[] = [];
  for (const name of packages) modules.push(await import(name));
  return modules;
}

/** Node finds the names of a CommonJS package by reading it, and not all of one that passes another's on. */
function namespaceOf(module: unknown): TensorFlow {
  const { default: whole, ...names } = module as Partial<TensorFlow> & { readonly default?: TensorFlow };
  return names.setBackend === undefined && whole !== undefined ? whole : (module as TensorFlow);
}

function missing(wanted: BackendName | 'auto', failures: readonly string[]): Error {
  const install = wanted === 'tfjs-node' ? 'npm install @tensorflow/tfjs-node' : TENSORFLOW_INSTALL;
  const isInstalled = failures.some((failure) => !/Cannot find package|ERR_MODULE_NOT_FOUND/.test(failure));
  return new DiagnosticError({
    code: 'missing-package',
    severity: 'error',
    message: isInstalled
      ? `no backend of TensorFlow.js can be loaded for \`using: neural_network\` (${failures.join('; ')})`
      : `\`using: neural_network\` needs TensorFlow.js${wanted === 'auto' ? '' : ` with the backend \`${wanted}\``}, which is not installed`,
    hint: `\`${install}\``,
  });
}
