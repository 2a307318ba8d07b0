import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'

test('the browser starts without a library of the system, runs scripts, lays out text with a font and takes a picture', async () => {
  const server = createServer((_request, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end('<h1 style="display:inline">Weir</h1><script>document.title = [3, 1, 2].toSorted().join("")</script>'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(await page.title()).toBe('123')
    expect((await page.locator('h1').boundingBox())?.width).toBeGreaterThan(20)
    expect((await page.screenshot()).length).toBeGreaterThan(1000)
  } finally {
    await browser.close()
    server.close()
  }
})
