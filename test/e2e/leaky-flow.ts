/** A flow that does everything wrong with a secret, and dies of it. */
import { spawnSync } from 'node:child_process'
import { artifacts, flow, logger, secrets, task } from 'weirflow'
import { z } from 'zod'

const tell = task({ name: 'tell', runName: 'tell-{0}' }, async (token: string) => {
  logger().warn(`token ${token}`, {
    [token]: { url: `https://api/?token=${encodeURIComponent(token)}`, basic: Buffer.from(`u:${token}`).toString('base64') },
  })
  throw new Error(`refused: ${token}`, { cause: new Error(JSON.stringify({ token })) })
})

export const leaky = flow({ name: 'leaky', parameters: z.object({ token: z.string() }) }, async ({ token }) => {
  if ((await secrets.get('api-token')) !== token || process.env['API_TOKEN'] !== token || process.env['POOL_TOKEN'] !== token)
    throw new Error('it was not resolved')
  console.log('console says', token)
  process.stdout.write(Buffer.from(`bytes say ${token}\n`))
  spawnSync('sh', ['-c', 'echo "child says $API_TOKEN"'], { stdio: 'inherit' })
  await artifacts.markdown({ key: 'note', markdown: `# ${token}`, description: token })
  await tell(token).catch(() => {})
  // Nobody waits for it: the process dies, and its last words are told.
  setTimeout(() => {
    throw new Error(`nobody catches ${token}`)
  })
  await new Promise(() => {})
})
