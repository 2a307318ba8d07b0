/** What happens to an order, told as it happens: events that name the order and its customer, and one that follows from another. */
import { events, flow, task } from 'weirflow'
import { z } from 'zod'

const pack = task({ name: 'pack' }, async (order: number, items: string[]) => {
  await events.emit({ event: 'order.packed', resource: { id: `order.${order}` }, payload: { items } })
  return Math.ceil(items.length / 2)
})

/** Gives the id of the last event. */
export const ship = flow(
  {
    name: 'events',
    description: 'Packs and ships an order, and tells of it.',
    parameters: z.object({
      order: z.int().default(4711),
      customer: z.string().default('ada'),
      items: z.array(z.string()).default(['pen', 'paper', 'ink']),
    }),
  },
  async ({ order, customer, items }) => {
    const resource = { id: `order.${order}`, labels: { country: 'NO' } }
    const related = [{ id: `customer.${customer}`, role: 'customer' }]
    const made = await events.emit({ event: 'order.made', resource, related, occurred: new Date() })
    const parcels = await pack(order, items)
    return events.emit({ event: 'order.shipped', resource, related, payload: { parcels }, follows: made })
  },
)

if (import.meta.main) console.log('order.shipped is event', await ship({}))
