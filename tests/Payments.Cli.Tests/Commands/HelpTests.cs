using System.CommandLine;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class HelpTests
{
    [Fact]
    public async Task Help_OfEveryCommand_IsApproved()
    {
        var shell = new Shell(TextReader.Null, TextWriter.Null, TextWriter.Null, _ => null, TimeProvider.System);
        var texts = new List<string>();
        foreach (var path in Paths(CommandLine.Create(shell), ""))
        {
            var payctl = new Payctl();
            (await payctl.Run($"{path} --help")).ShouldBe(ExitCodes.Done);
            texts.Add($"$ payctl{path} --help\n{Trimmed(payctl.Out)}");
        }

        Approved.Verify(string.Join("\n\n", texts));
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(c => Paths(c, $"{path} {c.Name}")).Prepend(path);

    private static string Trimmed(string text) =>
        string.Join('\n', text.Split('\n').Select(l => l.TrimEnd())).TrimEnd();
}
