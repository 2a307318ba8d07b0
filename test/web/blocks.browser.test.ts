/** The page of the blocks. */
import { expect, test } from 'vitest'
import { signedIn } from '../support/browser-product.ts'

test('a secret is made in a form that does not show it, changed without being given again, and never sent back', async () => {
  const page = await signedIn('/blocks')
  const dialog = page.getByRole('dialog')
  const answers: string[] = []
  page.on(
    'response',
    (response) =>
      void (
        response.url().endsWith('/graphql') &&
        response.text().then(
          (text) => answers.push(text),
          () => {},
        )
      ),
  )
  await page.getByRole('button', { name: 'New block…' }).click()
  await dialog.getByLabel(/^Name/).fill('Not a name')
  const value = dialog.getByLabel(/^Value/)
  expect(await value.getAttribute('type')).toBe('password')
  await value.fill('canary-of-the-page')
  await dialog.getByRole('button', { name: 'Make the block' }).click()
  await dialog.getByRole('alert').getByText(/a-z/).waitFor()
  await dialog.getByLabel(/^Name/).fill('github-token')
  await dialog.getByText("await secrets.get('github-token')").waitFor()
  await dialog.getByRole('button', { name: 'Make the block' }).click()
  const row = page.getByRole('row').filter({ hasText: 'github-token' })
  await row.getByText('value ********').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  expect(await value.inputValue()).toBe('')
  await dialog.getByLabel(/^Name/).fill('gitlab-token')
  await dialog.getByRole('button', { name: 'Change the block' }).click()
  await page.getByRole('row').filter({ hasText: 'gitlab-token' }).getByText('value ********').waitFor()
  await page.getByRole('button', { name: 'Delete secret/gitlab-token' }).click()
  await dialog.getByRole('button', { name: 'Delete the block' }).click()
  await page.getByText('No blocks yet').waitFor()
  expect(answers.length).toBeGreaterThan(3)
  expect(answers.join()).not.toContain('canary-of-the-page')
})
