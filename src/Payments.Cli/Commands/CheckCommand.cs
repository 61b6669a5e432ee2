using System.CommandLine;
using Npgsql;
using Payments.Cli.Checking;
using Payments.Cli.Rendering;

namespace Payments.Cli.Commands;

/// <summary><c>payctl check</c></summary>
internal static class CheckCommand
{
    private const int ShownViolations = 5;

    public static Command Create(Shell shell)
    {
        var json = new Option<bool>("--json") { Description = "JSON on standard output, with every violation." };
        var command = new Command(
            "check", "Runs the invariant checkers over the books while payments run; exit code 1 on any violation.")
        {
            json,
        };
        command.SetAction((parsed, cancellationToken) => Run(shell, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> Run(Shell shell, bool json, CancellationToken cancellationToken)
    {
        var database = shell.Required(Shell.OpsDatabaseVariable);
        var sandbox = shell.OptionalUri(Shell.SandboxUrlVariable);
        if (sandbox is null)
        {
            await shell.Error.WriteLineAsync(
                $"{Shell.SandboxUrlVariable} is not set: the PSP's own book is not compared.");
        }

        var results = await Check(database, sandbox, cancellationToken);
        if (json)
            shell.Out.WriteLine(PaymentText.Json(results));
        else
            Write(shell, results);
        return results.Any(r => r.Violations.Count > 0) ? ExitCodes.Refused : ExitCodes.Done;
    }

    private static async Task<IReadOnlyList<CheckResult>> Check(
        string database, Uri? sandbox, CancellationToken cancellationToken)
    {
        try
        {
            return await InvariantCheckers.Run(database, sandbox, cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw CommandException.WrongUsage(
                $"{Shell.OpsDatabaseVariable} is no connection string: {exception.Message}");
        }
        catch (NpgsqlException exception)
        {
            throw CommandException.CannotReach($"Cannot read the books: {exception.Message}", exception);
        }
        catch (HttpRequestException exception)
        {
            throw CommandException.CannotReach(
                $"Cannot read the sandbox's book at {sandbox}: {exception.Message}", exception);
        }
    }

    private static void Write(Shell shell, IReadOnlyList<CheckResult> results)
    {
        var table = PaymentText.Table("check", ">examined", ">moving", ">violations");
        foreach (var result in results)
        {
            PaymentText.Row(
                table, result.Name, result.Examined.ToString(), result.Moving.ToString(),
                result.Violations.Count.ToString());
        }

        PaymentText.Write(shell, table);
        shell.Out.WriteLine();
        foreach (var result in results.Where(r => r.Violations.Count > 0))
        {
            shell.Out.WriteLine($"{result.Name}:");
            foreach (var violation in result.Violations.Take(ShownViolations))
                shell.Out.WriteLine($"  {violation}");
            if (result.Violations.Count > ShownViolations)
                shell.Out.WriteLine($"  and {result.Violations.Count - ShownViolations} more; --json lists all.");
        }

        var violations = results.Sum(r => r.Violations.Count);
        shell.Out.WriteLine(violations == 0 ? "All invariants hold." : $"{violations} violations.");
    }
}
