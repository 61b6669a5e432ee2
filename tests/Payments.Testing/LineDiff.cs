using System.Text;

namespace Payments.Testing;

/// <summary>The difference of two texts by lines, as unified hunks.</summary>
public static class LineDiff
{
    private const int Context = 3;

    // Above this, the table of the longest common subsequence is too large, and the lines that are not common at the
    // beginning or at the end are shown as replaced.
    private const long MaxTable = 4_000_000;

    /// <summary>
    /// Unified hunks with three lines of context: lines of <paramref name="before"/> only start with -, lines of
    /// <paramref name="after"/> only with +. Empty if the texts are equal.
    /// </summary>
    public static string Unified(string before, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var lines = Compare(Split(before), Split(after));
        var shown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Mark == ' ')
                continue;
            for (var near = Math.Max(0, i - Context); near <= Math.Min(lines.Count - 1, i + Context); near++)
                shown[near] = true;
        }

        var text = new StringBuilder();
        var (beforeLine, afterLine) = (1, 1);
        for (var i = 0; i < lines.Count; i++)
        {
            var (mark, line) = lines[i];
            if (shown[i] && (i == 0 || !shown[i - 1]))
                text.Append($"@@ -{beforeLine} +{afterLine} @@\n");
            if (shown[i])
                text.Append(mark).Append(line).Append('\n');
            beforeLine += mark == '+' ? 0 : 1;
            afterLine += mark == '-' ? 0 : 1;
        }

        return text.ToString();
    }

    private static List<(char Mark, string Line)> Compare(string[] before, string[] after)
    {
        var head = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = before.Skip(head).Reverse().Zip(after.Skip(head).Reverse())
            .TakeWhile(pair => pair.First == pair.Second).Count();

        var lines = new List<(char, string)>();
        lines.AddRange(before.Take(head).Select(line => (' ', line)));
        lines.AddRange(CompareMiddle(before[head..^tail], after[head..^tail]));
        lines.AddRange(before.TakeLast(tail).Select(line => (' ', line)));
        return lines;
    }

    private static IEnumerable<(char Mark, string Line)> CompareMiddle(string[] before, string[] after)
    {
        if ((long)before.Length * after.Length > MaxTable)
            return before.Select(line => ('-', line)).Concat(after.Select(line => ('+', line)));

        return Walk(before, after, CommonLengths(before, after));
    }

    private static int[,] CommonLengths(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j]
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }

    private static IEnumerable<(char Mark, string Line)> Walk(string[] before, string[] after, int[,] common)
    {
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                yield return (' ', before[i++]);
                j++;
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                yield return ('-', before[i++]);
            }
            else
            {
                yield return ('+', after[j++]);
            }
        }
    }

    private static string[] Split(string text)
    {
        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
