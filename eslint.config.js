import tseslint from 'typescript-eslint'

const timeAndChance = [
  {
    selector:
      "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0], MemberExpression[object.name='Temporal'][property.name='Now'], MemberExpression[object.name='Math'][property.name='random'], CallExpression[callee.object.name='performance'][callee.property.name='now']",
    message: 'Time and chance are passed in: see drivers/clock.ts.',
  },
]

const seals = {
  leaving: {
    selector: 'TSAsExpression > TSTypeReference[typeName.name=/^(Disclosed|Announced)$/]',
    message: 'Only gateway/disclosure makes what may leave.',
  },
  writing: {
    selector: "TSAsExpression > TSTypeReference[typeName.name='Cleared']",
    message: 'Only the envelope makes what may be written.',
  },
}

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './gateway/console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers in messages are what messages are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      'no-restricted-syntax': ['error', ...timeAndChance],
    },
  },
  // Only the rooms that decide may put their seals on what leaves and what is written; the compiler refuses everybody
  // else, but for a cast.
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['gateway/disclosure/{disclose,announce}.ts', 'gateway/control/envelope.ts'],
    rules: { 'no-restricted-syntax': ['error', ...timeAndChance, seals.leaving, seals.writing] },
  },
  {
    files: ['gateway/disclosure/{disclose,announce}.ts'],
    rules: { 'no-restricted-syntax': ['error', ...timeAndChance, seals.writing] },
  },
  {
    files: ['gateway/control/envelope.ts'],
    rules: { 'no-restricted-syntax': ['error', ...timeAndChance, seals.leaving] },
  },
  { files: ['gateway/clock.ts', 'gateway/console/browser/clock.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // A test may build a broken value on purpose, and knows which elements it put there.
  {
    files: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  { files: ['**/*.mjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
)
