import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{gateway,drivers,provisioning}/**/*.test.ts'],
    exclude: ['**/*.system.test.ts', 'node_modules/**'],
    restoreMocks: true,
  },
})
