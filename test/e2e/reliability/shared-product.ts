/** One fresh product for all tests of the file that imports this, there before the first; it and all workers end after the last. */
import { afterAll, beforeAll } from 'vitest'
import { type Product, startProduct } from './product.ts'
import { cleanUp } from './worker.ts'

export let product: Product

beforeAll(async () => {
  product = await startProduct()
})

afterAll(async () => {
  await cleanUp()
  await product?.remove()
})
