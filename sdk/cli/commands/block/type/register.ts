import { definedBlock } from '../../../../blocks/define-block.ts'
import { importModule } from '../../../../runner/import-module.ts'
import { wrongUse } from '../../../failure.ts'
import { explainImport, readEntrypoint } from '../../../load-flow.ts'
import { successOf } from '../../../read-result.ts'
import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { print, printJson } from '../../../terminal.ts'
import { blockTypeJson } from '../block-json.ts'
import { REGISTER } from '../documents.ts'

/** `weir block type register FILE[:EXPORT]`. */
export async function execute([text]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { file, exportName } = readEntrypoint(text)
  const module = await importModule(file, file).catch((error) => {
    throw explainImport(error, file)
  })
  const defined = Object.entries(module).flatMap(([name, value]) => {
    const type = definedBlock(value)
    return type ? [{ name, type }] : []
  })
  const wanted = exportName === null ? defined : defined.filter(({ name }) => name === exportName)
  if (wanted.length === 0)
    throw wrongUse(
      'NO_BLOCK_TYPE',
      exportName === null ? `${file} exports no type of blocks.` : `"${exportName}" of ${file} is no type of blocks.`,
      defined.length > 0
        ? `Types in it: ${defined.map(({ name }) => name).join(', ')}.`
        : "Export one: export const warehouse = defineBlock('warehouse', z.object({ … }))",
    )
  const registered = []
  for (const { type } of wanted) {
    const { slug, name, description, logoUrl, schema } = type
    registered.push(successOf((await client.ask(REGISTER, { input: { slug, name, description, logoUrl, schema } })).registerBlockType))
  }
  if (json) return printJson(registered.map(({ blockType, created }) => ({ ...blockTypeJson(blockType), created })))
  for (const { blockType, created } of registered) {
    const secret = blockType.secretFields.length > 0 ? `, secret: ${safeLine(blockType.secretFields.join(', '))}` : ''
    print(`${created ? 'Registered' : 'Updated'} block type ${safeLine(blockType.slug)}${secret}.`)
  }
}
