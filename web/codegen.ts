import { copyFileSync } from 'node:fs'
import type { CodegenConfig } from '@graphql-codegen/cli'

/**
 * Typed documents from the API's schema: `npm run codegen -w web` after a change of either. In the workspace they are hashes; the texts go to the Worker,
 * which knows no other operation by hash.
 */
const config: CodegenConfig = {
  schema: '../api/schema.graphql',
  documents: ['src/**/*.ts', '!src/lib/graphql/generated/**'],
  ignoreNoDocuments: true,
  hooks: { afterAllFileWrite: () => copyFileSync('src/lib/graphql/generated/persisted-documents.json', '../api/persisted-documents.json') },
  generates: {
    'src/lib/graphql/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { mode: 'replaceDocumentWithHash', hashAlgorithm: 'sha256' } },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        defaultScalarType: 'unknown',
        scalars: { DateTime: 'string', Duration: 'number', JSON: 'unknown', JSONSchema: 'Record<string, unknown>' },
      },
    },
  },
}

export default config
