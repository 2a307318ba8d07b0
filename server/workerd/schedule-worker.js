/** Fires the Worker's `scheduled()`: workerd has no clock of its own for crons. Reached over a Unix socket only. */
export default {
  async fetch(_request, { MAIN }) {
    const { outcome } = await MAIN.scheduled({ cron: '* * * * *', scheduledTime: Date.now() })
    return new Response(outcome, { status: outcome === 'ok' ? 200 : 500 })
  },
}
