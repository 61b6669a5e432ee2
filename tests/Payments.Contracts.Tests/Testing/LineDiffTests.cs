using FsCheck;
using FsCheck.Fluent;
using Payments.Testing;

namespace Payments.Contracts.Testing;

public sealed class LineDiffTests
{
    [Fact]
    public void Unified_TwoPlacesFarApart_ShowsTwoHunks()
    {
        var before = string.Join('\n', Enumerable.Range(1, 20));
        var after = before.Replace("\n2\n", "\ntwo\n").Replace("\n19\n", "\n");

        LineDiff.Unified(before, after).ShouldBe(
            "@@ -1 +1 @@\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -16 +16 @@\n 16\n 17\n 18\n-19\n 20\n");
    }

    [Fact]
    public void Unified_Equal_IsEmpty() => LineDiff.Unified("a\nb\n", "a\nb\n").ShouldBeEmpty();

    [Fact]
    public void Unified_VeryLong_ShowsAllAsReplaced()
    {
        var before = string.Concat(Enumerable.Range(1, 3000).Select(number => $"{number}\n"));
        var after = string.Concat(Enumerable.Range(1, 3000).Select(number => $"-{number}\n"));

        LineDiff.Unified(before, after).Split('\n').Count(line => line.StartsWith('-')).ShouldBe(3000);
    }

    [Fact]
    public void Unified_ShortTexts_SaysHowToGetFromOneToTheOther()
    {
        // At most four lines in common at a stretch, so that the one hunk shows the whole of both.
        var text = Gen.ArrayOf(Gen.Elements("a\n", "b\n", "c\n"), 4).Select(string.Concat);

        Property.Holds(text, text, (before, after) =>
        {
            var lines = LineDiff.Unified(before, after).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (before == after)
                return;

            lines[0].ShouldBe("@@ -1 +1 @@");
            string Side(char other) =>
                string.Concat(lines.Skip(1).Where(line => line[0] != other).Select(line => line[1..] + "\n"));
            (Side('+'), Side('-')).ShouldBe((before, after));
        });
    }
}
