using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary>A request read from a file or from standard input, its ids filled in where it has none.</summary>
internal sealed record PaymentFile(byte[] Body, string IdempotencyKey, string PaymentId)
{
    public static async Task<PaymentFile> Read(Shell shell, string path, CancellationToken cancellationToken)
    {
        var request = await JsonFile.Read(shell, path, cancellationToken);
        var paymentId = Fill(request, "paymentId", Ulid.NewUlid().ToString());
        var key = Fill(request, "idempotencyKey", paymentId);
        return new PaymentFile(JsonSerializer.SerializeToUtf8Bytes(request), key, paymentId);
    }

    /// <summary>What is there stays, even if it is not text: the service says what is wrong with it.</summary>
    private static string Fill(JsonObject request, string name, string value)
    {
        if (request[name] is { } known)
            return known.GetValueKind() == JsonValueKind.String ? known.GetValue<string>() : known.ToJsonString();
        request[name] = value;
        return value;
    }
}
