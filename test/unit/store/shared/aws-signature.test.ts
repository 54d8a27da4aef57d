/** The published examples of Signature Version 4 and of the S3 documentation. */
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/engine/digest.ts';
import { signAwsRequest } from '../../../../src/store/shared/aws-signature.ts';

const signatureOf = (headers: Readonly<Record<string, string>>): string | undefined => headers['authorization']?.split('Signature=')[1];

test.each([
  ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
])('the suite of test vectors: a plain %s', (method, signature) => {
  const headers = signAwsRequest(
    { method, url: new URL('https://example.amazonaws.com/'), headers: {}, payloadDigest: sha256Hex('') },
    { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    { region: 'us-east-1', service: 'service' },
    Date.UTC(2015, 7, 30, 12, 36),
  );
  expect(headers).toEqual({
    'x-amz-date': '20150830T123600Z',
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  });
});

const S3 = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

test('the documentation of S3: get an object', () => {
  const headers = signAwsRequest(
    {
      method: 'GET',
      url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      headers: { Range: 'bytes=0-9' },
      payloadDigest: sha256Hex(''),
    },
    S3,
    { region: 'us-east-1', service: 's3' },
    Date.UTC(2013, 4, 24),
  );
  expect(signatureOf(headers)).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
});

test('the documentation of S3: put an object whose name has a dollar sign', () => {
  const headers = signAwsRequest(
    {
      method: 'PUT',
      url: new URL('https://examplebucket.s3.amazonaws.com/test$file.text'),
      headers: { Date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      payloadDigest: sha256Hex('Welcome to Amazon S3.'),
    },
    S3,
    { region: 'us-east-1', service: 's3' },
    Date.UTC(2013, 4, 24),
  );
  expect(signatureOf(headers)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
});

test('a session token is sent and signed', () => {
  const headers = signAwsRequest(
    { method: 'GET', url: new URL('https://b.s3.amazonaws.com/a'), headers: {}, payloadDigest: sha256Hex('') },
    { ...S3, sessionToken: 'token' },
    { region: 'eu-west-1', service: 's3' },
    0,
  );
  expect(headers['x-amz-security-token']).toBe('token');
  expect(headers['authorization']).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,');
});
