import { expect, test } from 'vitest'
import { columnsAt, columnTracks, RUN_COLUMNS, USUAL_COLUMNS } from '../../web/src/lib/flow-runs/run-columns.ts'
import { apiOrder, readRunListAddress, RUN_ORDERS, writeRunListAddress } from '../../web/src/lib/flow-runs/run-list-address.ts'

const read = (search: string) => readRunListAddress(new URLSearchParams(search))

test('filter, order and columns are read from the address as they were written to it', () => {
  const address = read('state=failed&q=etl&sort=made&columns=why.flow.tags')
  expect(address).toMatchObject({ order: 'made', columns: ['flow', 'tags', 'why'], filter: { states: ['FAILED'], text: 'etl' } })
  expect(read(writeRunListAddress(address))).toEqual(address)
  expect(writeRunListAddress(address)).toBe('state=failed&q=etl&sort=made&columns=flow.tags.why')
})

test('the usual list of all runs has an empty address, and so has nonsense', () => {
  expect(writeRunListAddress(read(''))).toBe('')
  expect(writeRunListAddress(read('sort=upwards&columns=price.colour'))).toBe('')
  expect(writeRunListAddress(read(`sort=newest&columns=${USUAL_COLUMNS.join('.')}`))).toBe('')
})

test('every order is one of the API, and no two are the same', () => {
  expect(new Set(RUN_ORDERS.map(({ id }) => apiOrder(id))).size).toBe(RUN_ORDERS.length)
})

test('a narrow window leaves out the widest columns, a phone shows flow and start whatever was chosen', () => {
  const every = RUN_COLUMNS.map(({ id }) => id)
  const ids = (width: number) => columnsAt(every, width).map(({ id }) => id)
  expect(ids(1440)).toEqual(every)
  expect(ids(800)).not.toContain('why')
  expect(ids(390)).toEqual(['flow', 'start'])
  expect(columnsAt(['tags'], 390).map(({ id }) => id)).toEqual(['flow', 'start'])
})

test('a row has a track for each of its columns', () => {
  // Checkbox, state and name stand before them; a comma and a space inside minmax() are no boundary.
  for (const width of [1440, 1024])
    expect(columnTracks(columnsAt(USUAL_COLUMNS, width), width).replace(/, /g, ',').split(' ')).toHaveLength(3 + USUAL_COLUMNS.length)
})
