/** docs/ci.md: the matrix in parts on machines of others. What a part runs is said once, and every engine's form is made of it. */

/** What each part does, whoever starts it: the index of the part, from 1 on, is in INDEX. */
const PART = {
  count: 4,
  image: 'node:20-bookworm',
  /** Of Debian, which the image is: any go fetches the others, and qemu-user runs what the machine is not. */
  install: ['apt-get update', 'apt-get install --yes --no-install-recommends golang-go qemu-user'],
  build: ['npm ci', 'npm run build'],
  run: (index: string, out: string) =>
    `node dist/bin/main.js matrix --shard "${index}/${PART.count}" --out ${out}`,
  merge: (parts: string, out: string) => `node dist/bin/main.js merge ${parts} --out ${out}`,
} as const;

export function ciPage(notice: string): string {
  const blocks = [
    notice,
    '# The matrix in CI',
    'A matrix is cut into parts that know nothing of each other ([matrix.md](matrix.md)). So whatever starts jobs side by side\n' +
      'can run them, and a job that reads all their folders merges them. A part that is started again goes on where it\n' +
      'stopped, when its folder is still there.',
    '## GitHub Actions',
    "`action.yml` in this repository is a composite action: it builds Gotwin, runs a part, and keeps the part's folder whatever\n" +
      'the verdict. In a workflow of your own, with your own `gotwin.matrix.json`:',
    fence('yaml', github()),
    'Our own [.github/workflows/matrix.yml](../.github/workflows/matrix.yml) has native amd64 and arm64 machines, a lane under\n' +
      'qemu-user, the merge, and alerts from the SARIF file. On its page, each job has findings as annotations and a summary.',
    '## GitLab',
    fence('yaml', gitlab()),
    '## Kubernetes',
    'An Indexed Job; the claim is a volume that all pods may write (ReadWriteMany), with this repository checked out in it and\n' +
      'built. When the Job is complete, one pod, or anybody with that volume, runs the merge:',
    fence('yaml', kubernetes()),
    fence(
      'sh',
      PART.merge(
        range(PART.count, (i) => `parts/${i}`),
        'merged',
      ),
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function range(count: number, name: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => name(i + 1)).join(' ');
}

function github(): string {
  const shards = Array.from({ length: PART.count }, (_, i) => `${i + 1}/${PART.count}`).join(', ');
  return [
    'jobs:',
    '  gotwin:',
    '    runs-on: ubuntu-24.04',
    '    strategy:',
    '      fail-fast: false',
    '      matrix:',
    `        shard: [${shards}]`,
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - uses: actions/setup-go@v5',
    '      - uses: OWNER/gotwin@COMMIT',
    '        with:',
    `          shard: ${expression('matrix.shard')}`,
    `          artifact: part-${expression('strategy.job-index')}`,
  ].join('\n');
}

/** As GitHub's runner evaluates it. */
function expression(text: string): string {
  return ['$', '{{ ', text, ' }}'].join('');
}

function gitlab(): string {
  return [
    'stages: [cells, merge]',
    'default:',
    `  image: ${PART.image}`,
    'cells:',
    '  stage: cells',
    `  parallel: ${PART.count}`,
    '  script:',
    ...[...PART.install, ...PART.build].map((line) => `    - ${line}`),
    `    - ${PART.run('$CI_NODE_INDEX', 'parts/$CI_NODE_INDEX')}`,
    '  artifacts:',
    '    when: always',
    '    paths: [parts/]',
    'merge:',
    '  stage: merge',
    '  when: always',
    '  script:',
    ...PART.build.map((line) => `    - ${line}`),
    `    - ${PART.merge('parts/*', 'merged')}`,
    '  artifacts:',
    '    when: always',
    '    paths: [merged/]',
    '    reports:',
    '      junit: merged/junit.xml',
  ].join('\n');
}

function kubernetes(): string {
  // JOB_COMPLETION_INDEX counts from 0.
  const script = [...PART.install, 'INDEX=$((JOB_COMPLETION_INDEX + 1))', PART.run('$INDEX', 'parts/$INDEX')];
  return [
    'apiVersion: batch/v1',
    'kind: Job',
    'metadata:',
    '  name: gotwin-matrix',
    'spec:',
    '  completionMode: Indexed',
    `  completions: ${PART.count}`,
    `  parallelism: ${PART.count}`,
    '  # Verdicts are exit codes: they stay what they are. What could not be judged (2) may go better on another node.',
    '  podFailurePolicy:',
    '    rules:',
    '      - action: FailIndex',
    '        onExitCodes: { containerName: cells, operator: In, values: [1, 3, 4] }',
    '      - action: Ignore',
    '        onPodConditions: [{ type: DisruptionTarget }]',
    '  backoffLimitPerIndex: 2',
    '  template:',
    '    spec:',
    '      restartPolicy: Never',
    '      containers:',
    '        - name: cells',
    `          image: ${PART.image}`,
    '          workingDir: /gotwin',
    '          command: [bash, -euc]',
    '          args:',
    '            - |',
    ...script.map((line) => `              ${line}`),
    '          resources:',
    '            # A program that runs is to have cores of its own.',
    "            requests: { cpu: '4', memory: 8Gi }",
    "            limits: { cpu: '4', memory: 8Gi }",
    '          volumeMounts:',
    '            - { name: gotwin, mountPath: /gotwin }',
    '      volumes:',
    '        - name: gotwin',
    '          persistentVolumeClaim: { claimName: gotwin }',
  ].join('\n');
}
