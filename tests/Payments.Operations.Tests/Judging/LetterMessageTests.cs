using System.Text;
using Payments.Operations.Judging;

namespace Payments.Operations.Tests.Judging;

/// <summary>Whatever a body holds, it can be judged: what cannot be understood is missing, and nothing throws.</summary>
public sealed class LetterMessageTests
{
    [Theory]
    [InlineData("""{"messageType":["x"],"message":{"notAfter":"2026-01-31T13:00:00Z","epoch":7,"forward":false,"reason":"r"}}""")]
    [InlineData("""{"NotAfter":"2026-01-31T14:00:00+01:00","Epoch":7,"Forward":false,"Reason":"r","message":"of another kind"}""")]
    public void Read_EnvelopedAndPlain_AreUnderstood(string body)
    {
        var message = LetterMessage.Read(Encoding.UTF8.GetBytes(body));

        (message.IsRead, message.Epoch, message.Forward, message.Reason).ShouldBe((true, 7, false, "r"));
        message.NotAfter.ShouldBe(DateTimeOffset.Parse("2026-01-31T13:00:00Z"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"message":{"epoch":"7","forward":"no","reason":1,"notAfter":"soon","webhookId":"x","requestedAt":{}}}""")]
    [InlineData("""{"message":{"epoch":7.5,"reason":"\ud800","idempotencyKey":"\udc00","notAfter":"\ud800"}}""")]
    [InlineData("""{"message":{"notAfter":"\ud800\ud800","requestedAt":"2026-01-31T\udc00\udc00"}}""")]
    [InlineData("""{"message":{"idempotencyKey":"a\u0000b","reason":"\u0000"}}""")]
    [InlineData("""{"\ud800":1,"message":{"\ud800":1}}""")]
    public void Read_WhatIsNotAsItShouldBe_IsMissing(string body)
    {
        var message = LetterMessage.Read(Encoding.UTF8.GetBytes(body));

        (message with { IsRead = false }).ShouldBe(new LetterMessage());
    }
}
