/** Why nobody answered, in words. */
export function sayWhyNot(error: NodeJS.ErrnoException, url: URL): string {
  if (error.code === 'ECONNREFUSED') return `nothing listens at ${url.origin}`
  if (error.code === 'ENOTFOUND') return `there is no host ${url.hostname}`
  if (UNTRUSTED.has(error.code ?? ''))
    return `the certificate of ${url.origin} is not trusted (${error.code}); name the file of its authority in NODE_EXTRA_CA_CERTS`
  return error.message || (error.code ?? 'unknown')
}

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])
