/** Warns about context switches that the kernel did not report, though none were lost. */
export const unseenSay = ({ estimated, missed }: { readonly estimated: number; readonly missed: number }): string[] => [
  ...(estimated > 0
    ? [`the kernel did not report ${estimated} switches: these intervals end when the thread was woken`]
    : []),
  ...(missed > 0 ? [`${missed} intervals were left out: a switch at their begin or end was not reported`] : []),
];
