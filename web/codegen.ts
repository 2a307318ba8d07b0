import type { CodegenConfig } from '@graphql-codegen/cli'

/** Typed documents from the API's schema: `npm run codegen -w web` after a change of either. */
const config: CodegenConfig = {
  schema: '../api/schema.graphql',
  documents: ['src/**/*.ts', '!src/lib/graphql/generated/**'],
  ignoreNoDocuments: true,
  generates: {
    'src/lib/graphql/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
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
