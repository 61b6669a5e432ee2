using System.CommandLine;
using Payments.Cli.Api;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary><c>payctl payment books</c></summary>
internal static class BooksCommand
{
    public static Command Create(Shell shell)
    {
        var id = PaymentId.Argument();
        var command = new Command("books", "Balances of the payment's sellers, and its journals.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            await Write(shell, api, parsed.GetValue(id), cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    public static async Task Write(Shell shell, PaymentsApi api, Ulid id, CancellationToken cancellationToken)
    {
        var payment = await api.Find(id, cancellationToken) ?? throw PaymentId.Unknown(id);
        var books = await api.Books(id, cancellationToken) ?? throw PaymentId.Unknown(id);
        var sellers = new List<SellerBalances>();
        foreach (var seller in payment.Orders.Select(o => o.SellerId).Distinct())
            sellers.Add(await api.Balances(seller, cancellationToken));
        BooksText.WriteBalances(shell, sellers);
        BooksText.WriteJournals(shell, books);
    }
}
