/**
 * The uuid inside an opaque id of the API, for places where a command shows ids: people paste uuids, and programs join lists by them. An id that is made otherwise
 * stays as it is; the API takes either.
 */
export function rawId(id: string): string {
  const [, uuid] = Buffer.from(id, 'base64url').toString('latin1').split(':')
  return uuid !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? uuid : id
}
