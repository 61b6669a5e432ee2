using System.CommandLine;
using System.Text.Json;
using Payments.Cli.Api;

namespace Payments.Cli.Commands.Sandbox;

/// <summary><c>payctl sandbox fault clear</c></summary>
internal static class FaultClearCommand
{
    public static Command Create(Shell shell)
    {
        var id = new Argument<int?>("id")
        {
            Description = "As list shows it. Default: all, or those ordered for the account or PSP named.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var account = FaultOptions.Account();
        var psp = FaultOptions.Psp();
        var json = new Option<bool>("--json") { Description = "JSON on standard output: how many." };
        var command = new Command("clear", "Takes faults back.") { id, account, psp, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (which, ofAccount, ofPsp) = (parsed.GetValue(id), parsed.GetValue(account), parsed.GetValue(psp));
            FaultOptions.RequireOneOf(ofAccount, ofPsp);
            if (which is not null && (ofAccount ?? ofPsp) is not null)
                throw CommandException.WrongUsage("Give an id, or --account or --psp, not both.");
            using var sandbox = shell.OpenSandbox();
            var cleared = which is { } one
                ? await sandbox.Clear(one, cancellationToken)
                : await sandbox.Clear(ofAccount, ofPsp, cancellationToken);
            shell.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(cleared, SandboxApi.Json)
                : cleared.Count == 1 ? "1 fault cleared." : $"{cleared.Count} faults cleared.");
            return ExitCodes.Done;
        });
        return command;
    }
}
