/** Fires the Worker's `scheduled()`: workerd has no clock of its own for crons. Reached over a Unix socket only. */
export default {
  async fetch(_request, { MAIN }) {
    try {
      await MAIN.scheduled({ cron: '* * * * *', scheduledTime: Date.now() })
      return new Response('done\n')
    } catch (error) {
      return new Response(`${error.message}\n`, { status: 500 })
    }
  },
}
