/** Why data of another machine could not be fetched: one diagnostic for each way in which that goes wrong. */
import { STATUS_CODES } from 'node:http';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AddressKind } from '../../recipe/address.ts';
import { errorCode } from './download.ts';

type Told = Pick<Diagnostic, 'message'> & { readonly hint?: string };

export function refusal(label: string, kind: AddressKind, status: number, headers: Headers): Told {
  const region = headers.get('x-amz-bucket-region');
  const message = `\`${label}\` cannot be fetched: the server answered ${status}${STATUS_CODES[status] === undefined ? '' : ` ${STATUS_CODES[status]}`}`;
  if (kind === 's3' && region !== null && (status === 301 || status === 307 || status === 400))
    return { message, hint: `the bucket lies in \`${region}\`: set \`AWS_REGION=${region}\`` };
  if (status === 401 || status === 403)
    return {
      message,
      hint:
        kind === 's3'
          ? 'set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` (and `AWS_SESSION_TOKEN`) to keys that may read it; S3 also answers so for a name that does not exist'
          : 'write the address with its credentials into a profile, from a variable of the environment',
    };
  if (status === 404 || status === 410) return { message, hint: 'check the address, or download the data and name the local file' };
  if (status === 429 || status >= 500) return { message, hint: 'the server has a problem of its own; run again later' };
  if (status >= 300 && status < 400) return { message, hint: 'name the address to which it leads' };
  return { message };
}

const CERTIFICATE = /CERT|SIGNED|VERIFY/u;

export function interruption(label: string, host: string, error: unknown): Told {
  const code = errorCode(error);
  const why = (text: string): string => `\`${label}\` cannot be fetched: ${text}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { message: why(`the host \`${host}\` cannot be found`), hint: 'check the name, and whether this machine reaches the network' };
  if (code === 'ECONNREFUSED')
    return { message: why(`nothing listens at \`${host}\``), hint: 'check host and port, and that the server runs' };
  if (CERTIFICATE.test(code))
    return {
      message: why(`the certificate of \`${host}\` is not to be trusted (${code})`),
      hint: 'for a certificate of your own organisation set `NODE_EXTRA_CA_CERTS` to its file',
    };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return {
      message: why(`\`${host}\` does not speak TLS there (${code})`),
      hint: 'check the port, or whether the address begins with `http:`',
    };
  if (code === 'ENOSPC') return { message: why('the disk is full'), hint: 'make room below `.recipe/downloads`' };
  if (code === 'SILENCE')
    return {
      message: why((error as Error).message === '' ? 'no answer' : (error as Error).message),
      hint: 'run again; what the server gave is asked for anew',
    };
  const text =
    error instanceof Error
      ? error.cause instanceof Error && error.cause.message !== ''
        ? error.cause.message
        : error.message
      : String(error);
  return { message: why(text), hint: 'run again, or download the data and name the local file' };
}

/** By the classes of PostgreSQL's error codes, or as any other connection. */
export function databaseFailure(label: string, host: string, error: unknown): Told {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  const message = `${label} cannot be read: ${text}`;
  if (code.startsWith('28')) return { message, hint: 'check user and password in the address, and what the server allows (`pg_hba.conf`)' };
  if (code === '3D000') return { message, hint: 'check the name of the database at the end of the address' };
  if (code === '42P01')
    return { message, hint: 'write the schema before the name when the table is not in `public`: `table: sales.orders`' };
  if (code === '42501') return { message, hint: 'ask for the right to read it: `GRANT SELECT ON … TO …`' };
  if (code === '25006') return { message, hint: 'the query changes something, and data are only read' };
  if (code.startsWith('42')) return { message, hint: 'try the query in `psql`' };
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || CERTIFICATE.test(code))
    return interruption(label, host, error);
  return { message, hint: 'run again, or write the table into a file and name that' };
}
