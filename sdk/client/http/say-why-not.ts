/** Why nobody answered, in words. */
export function sayWhyNot(error: NodeJS.ErrnoException, url: URL): string {
  if (error.code === 'ECONNREFUSED') return `nothing listens at ${url.origin}`
  if (error.code === 'ENOTFOUND') return `there is no host ${url.hostname}`
  if (UNTRUSTED.has(error.code ?? ''))
    return `the certificate of ${url.origin} is not trusted (${error.code}); name the file of its authority in NODE_EXTRA_CA_CERTS`
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return `the connection to ${url.origin} broke`
  if (isWrongTls(error.code ?? '')) return `${url.origin} does not speak TLS as expected (${error.code}); is it http://?`
  if (error.code?.startsWith('HPE_')) return `what answers at ${url.origin} is no HTTP (${error.code})`
  return error.message || (error.code ?? 'unknown')
}

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

const isWrongTls = (code: string): boolean => code === 'EPROTO' || code.startsWith('ERR_SSL_')

/** Whether an error of this code is about TLS: who is there is not believed, or does not speak it. */
export const isTlsTrouble = (code: string): boolean =>
  UNTRUSTED.has(code) || isWrongTls(code) || code.startsWith('ERR_TLS_') || code.startsWith('CERT_')
