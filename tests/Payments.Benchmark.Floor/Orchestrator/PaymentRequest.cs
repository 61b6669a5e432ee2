using System.Text.Json;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Wire;

namespace Payments.Benchmark.Floor.Orchestrator;

/// <summary>A request with one order, read without validation.</summary>
internal sealed class PaymentRequest
{
    public PaymentId PaymentId { get; private set; }

    public string IdempotencyKey { get; private set; } = "";

    public string MerchantId { get; private set; } = "";

    public string? MerchantReference { get; private set; }

    public string? BuyerId { get; private set; }

    public string MethodType { get; private set; } = "";

    public string? Country { get; private set; }

    public List<Credential> Credentials { get; } = new(1);

    public string Policy { get; private set; } = "AllOrNothing";

    public string OrderId { get; private set; } = "";

    public string SellerId { get; private set; } = "";

    public Money Amount { get; private set; }

    public Money? Fee { get; private set; }

    public string? Description { get; private set; }

    public List<KeyValuePair<string, string>>? Metadata { get; private set; }

    public DateTimeOffset? RequestedAt { get; private set; }

    /// <summary>Where the payment method stands in the bytes that were read.</summary>
    public Range MethodBytes { get; private set; }

    /// <summary>Takes the member that the reader is on; false when the contract does not name it.</summary>
    public bool Take(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("paymentId"u8))
            PaymentId = reader.NextPaymentId();
        else if (reader.ValueTextEquals("idempotencyKey"u8))
            IdempotencyKey = reader.NextText();
        else if (reader.ValueTextEquals("merchantId"u8))
            MerchantId = reader.NextText();
        else if (reader.ValueTextEquals("merchantReference"u8))
            MerchantReference = reader.NextOptionalText();
        else if (reader.ValueTextEquals("buyerId"u8))
            BuyerId = reader.NextOptionalText();
        else if (reader.ValueTextEquals("paymentMethod"u8))
            TakeMethod(ref reader);
        else if (reader.ValueTextEquals("fulfilmentPolicy"u8))
            Policy = reader.NextText();
        else if (reader.ValueTextEquals("orders"u8))
            TakeOrder(ref reader);
        else if (reader.ValueTextEquals("metadata"u8))
            TakeMetadata(ref reader);
        else if (reader.ValueTextEquals("requestedAt"u8))
            RequestedAt = reader.NextOptionalTime();
        else
            return false;
        return true;
    }

    private void TakeMethod(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
                MethodType = reader.NextText();
            else if (reader.ValueTextEquals("country"u8))
                Country = reader.NextOptionalText();
            else if (reader.ValueTextEquals("credentials"u8))
                TakeCredentials(ref reader);
            else
                throw new NotOfTheFlowException($"A payment method has a {reader.GetString()}.");
        }

        MethodBytes = start..(int)reader.BytesConsumed;
    }

    private void TakeCredentials(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (psp, token, reusable) = ("", "", false);
            while (reader.NextMember())
            {
                if (reader.ValueTextEquals("psp"u8))
                    psp = reader.NextText();
                else if (reader.ValueTextEquals("token"u8))
                    token = reader.NextText();
                else if (reader.ValueTextEquals("reusable"u8))
                    reusable = reader.NextBoolean();
                else
                    throw new NotOfTheFlowException($"A credential has a {reader.GetString()}.");
            }

            Credentials.Add(new Credential(psp, token, reusable));
        }
    }

    private void TakeOrder(ref Utf8JsonReader reader)
    {
        reader.EnterSingle();
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("orderId"u8))
                OrderId = reader.NextText();
            else if (reader.ValueTextEquals("sellerId"u8))
                SellerId = reader.NextText();
            else if (reader.ValueTextEquals("amount"u8))
                Amount = reader.NextMoney()!.Value;
            else if (reader.ValueTextEquals("platformFee"u8))
                Fee = reader.NextMoney();
            else if (reader.ValueTextEquals("description"u8))
                Description = reader.NextOptionalText();
            else
                throw new NotOfTheFlowException($"An order has a {reader.GetString()}.");
        }

        reader.LeaveSingle();
    }

    private void TakeMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return;

        Metadata = [];
        while (reader.NextMember())
            Metadata.Add(new(reader.GetString()!, reader.NextText()));
    }
}

internal readonly record struct Credential(string Psp, string Token, bool Reusable);
