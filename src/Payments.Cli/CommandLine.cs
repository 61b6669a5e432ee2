using System.CommandLine;
using System.CommandLine.Help;
using Payments.Cli.Commands;
using Payments.Cli.Commands.DeadLetter;
using Payments.Cli.Commands.Payment;
using Payments.Cli.Commands.Psp;
using Payments.Cli.Commands.Queue;
using Payments.Cli.Commands.Route;
using Payments.Cli.Commands.Sandbox;

namespace Payments.Cli;

/// <summary>The commands of <c>payctl</c>, and how each ends.</summary>
internal static class CommandLine
{
    public static async Task<int> Run(IReadOnlyList<string> args, Shell shell)
    {
        var parsed = Create(shell).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await shell.Error.WriteLineAsync(error.Message);
            await shell.Error.WriteLineAsync("payctl --help shows the commands.");
            return ExitCodes.WrongUsage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = shell.Out,
            Error = shell.Error,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (CommandException exception)
        {
            await shell.Error.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }

    // Not a RootCommand: that one is named after the assembly.
    public static Command Create(Shell shell) => new(
        "payctl",
        """
        Publishes payments, follows them, and checks the books.

        Exit codes: 0 done, 1 refused with the reason, 2 wrong usage, 3 cannot reach.
        Addresses: PAYMENTS_URL (HTTP API), PAYMENTS_OPS_DATABASE (check), PAYMENTS_SANDBOX_URL (sandbox;
        check, optional).
        """)
    {
        new HelpOption { Recursive = true },
        new VersionOption { Recursive = false },
        new Command("payment", "One payment, or many.")
        {
            PublishCommand.Create(shell),
            ShowCommand.Create(shell),
            ListCommand.Create(shell),
            BooksCommand.Create(shell),
            ResumeCommand.Create(shell),
        },
        new Command("psp", "The accounts at PSPs.")
        {
            PspListCommand.Create(shell),
        },
        new Command("deadletter", "Messages that failed, and whose money is in them.")
        {
            DeadLetterGroupsCommand.Create(shell),
            DeadLetterListCommand.Create(shell),
            DeadLetterShowCommand.Create(shell),
            DeadLetterVerdictCommand.Create(shell),
            DeadLetterReplayCommand.Create(shell),
            DeadLetterApprovalCommands.Approve(shell),
            DeadLetterApprovalCommands.Withdraw(shell),
            RampCommands.Create(shell),
            DeadLetterEditCommand.Create(shell),
            DeadLetterDiscardCommand.Create(shell),
            DeadLetterRestoreCommand.Create(shell),
            DeadLetterAssignCommand.Create(shell),
            DeadLetterNoteCommand.Create(shell),
            DeadLetterMuteCommand.Create(shell),
            DeadLetterActionsCommand.Create(shell),
        },
        new Command("queue", "The broker's queues.") { QueueListCommand.Create(shell) },
        new Command("sandbox", "The emulator of the PSPs.")
        {
            new Command("fault", "What it does wrong on request.")
            {
                FaultSetCommand.Create(shell),
                FaultListCommand.Create(shell),
                FaultClearCommand.Create(shell),
            },
        },
        new Command("route", "Where payments go.") { ExplainCommand.Create(shell) },
        DemoCommand.Create(shell),
        CheckCommand.Create(shell),
    };
}
