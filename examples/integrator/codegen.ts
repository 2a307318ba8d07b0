import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types of the schema and of every document in this folder: `npx graphql-codegen --config examples/integrator/codegen.ts`. */
const config: CodegenConfig = {
  // Of your own control plane: { 'https://weir.example/graphql': { headers: { authorization: `Bearer ${process.env.WEIR_API_KEY}` } } }
  schema: 'api/schema.graphql',
  documents: ['examples/integrator/*.ts', '!examples/integrator/codegen.ts'],
  importExtension: '.ts',
  generates: {
    'examples/integrator/generated/': {
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
